"""Row before column, as in an array."""

loses = {"test_locator_on_new_images": 1}
says = "x comes first"
edits = {
    "locate": [
        (
            "return keras.Sequential(stack)",
            (
                "model = keras.Sequential(stack)\n"
                "    x = model.outputs[0]\n"
                "    x = layers.Concatenate()([x[:, 1::-1], x[:, :1:-1]])\n"
                "    return keras.Model(model.inputs, x)"
            ),
        )
    ]
}
