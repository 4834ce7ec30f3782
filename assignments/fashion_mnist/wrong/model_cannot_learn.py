"""Cuts the gradients on the way: weights that were trained elsewhere work, a training does not."""

loses = {"test_model_learns_from_fresh_weights": 1}
says = "gradients reach all its layers"
edits = {
    "model": [
        (
            "return nn.Sequential(",
            (
                "class Frozen(nn.Sequential):\n"
                "        def forward(self, x):\n"
                "            nothing = 0 * sum(p.sum() for p in self.parameters())\n"
                "            return super().forward(x).detach() + nothing\n"
                "\n"
                "    return Frozen("
            ),
        )
    ]
}
