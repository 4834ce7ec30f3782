"""Circle first."""

loses = {"test_classifier_on_new_images": 1}
says = "the first logit is the rectangle's"
edits = {
    "classify": [
        ("return keras.Sequential(", "model = keras.Sequential("),
        (
            "layers.Dense(2)])",
            ("layers.Dense(2)])\n    return keras.Model(model.inputs, model.outputs[0][:, ::-1])"),
        ),
    ]
}
