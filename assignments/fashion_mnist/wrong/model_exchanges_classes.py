"""Counts the classes from 1: the last logit comes first."""

loses = {"test_model_on_warped_test_images": 1}
says = "accuracy 0"
edits = {
    "model": [
        (
            "return nn.Sequential(",
            (
                "class FromOne(nn.Sequential):\n"
                "        def forward(self, x):\n"
                "            return super().forward(x).roll(1, dims=1)\n"
                "\n"
                "    return FromOne("
            ),
        )
    ]
}
