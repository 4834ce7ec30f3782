"""Takes its first class for one shape instead of none."""

loses = {"test_counter_on_new_images": 1}
says = "both numbers right"
edits = {
    "count": [
        (
            "return keras.Sequential(stack)",
            (
                "model = keras.Sequential(stack)\n"
                "    return keras.Model(model.inputs, keras.ops.roll(model.outputs[0], 1, axis=2))"
            ),
        )
    ]
}
