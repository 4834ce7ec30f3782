"""Measures y from the lower edge, as in a plot."""

loses = {"test_locator_on_new_images": 1}
says = "y is measured downwards"
edits = {
    "locate": [
        (
            "return keras.Sequential(stack)",
            (
                "model = keras.Sequential(stack)\n"
                "    x = model.outputs[0]\n"
                "    x = layers.Concatenate()([x[:, :1], 64 - x[:, 3:], x[:, 2:3], 64 - x[:, 1:2]])\n"
                "    return keras.Model(model.inputs, x)"
            ),
        )
    ]
}
