"""Multiplies by 255, but the weights are for pixels from 0 to 1."""

loses = {"test_model_on_warped_test_images": 0.5}
says = "accuracy 0"
edits = {
    "model": [
        (
            "return nn.Sequential(",
            (
                "class Unscaled(nn.Sequential):\n"
                "        def forward(self, x):\n"
                "            return super().forward(255 * x)\n"
                "\n"
                "    return Unscaled("
            ),
        )
    ]
}
