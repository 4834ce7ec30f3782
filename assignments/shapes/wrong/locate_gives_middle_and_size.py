"""The middle of the box, its width and its height."""

loses = {"test_locator_gives_boxes_in_pixels": 1, "test_locator_on_new_images": 1}
says = "ends before it begins"
edits = {
    "locate": [
        (
            "return keras.Sequential(stack)",
            (
                "model = keras.Sequential(stack)\n"
                "    x = model.outputs[0]\n"
                "    x = layers.Concatenate()([(x[:, :2] + x[:, 2:]) / 2, x[:, 2:] - x[:, :2]])\n"
                "    return keras.Model(model.inputs, x)"
            ),
        )
    ]
}
