"""Circles first."""

loses = {"test_counter_on_new_images": 1}
says = "two numbers are exchanged"
edits = {
    "count": [
        (
            "return keras.Sequential(stack)",
            (
                "model = keras.Sequential(stack)\n"
                "    return keras.Model(model.inputs, model.outputs[0][:, ::-1])"
            ),
        )
    ]
}
