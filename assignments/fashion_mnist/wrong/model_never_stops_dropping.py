"""Calls dropout as a function, which does not know of eval()."""

loses = {"test_model_on_warped_test_images": 0.2}
says = "accuracy 0"
edits = {
    "model": [
        (
            "return nn.Sequential(",
            (
                "class Dropping(nn.Sequential):\n"
                "        def forward(self, x):\n"
                "            return super().forward(F.dropout(x, 0.5))\n"
                "\n"
                "    return Dropping("
            ),
        )
    ]
}
