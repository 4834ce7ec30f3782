"""Cuts whole batches of 500, and leaves out what is left over."""

loses = {"test_predict_takes_any_number_of_images": 1}
says = "another shape than expected"
edits = {
    "predict": [
        (
            "return torch.cat([model(batch) for batch in x.split(500)])",
            (
                "if len(x) < 500:\n"
                "            return model(x)\n"
                "        return torch.cat([model(x[500 * i : 500 * (i + 1)]) for i in range(len(x) // 500)])"
            ),
        )
    ]
}
