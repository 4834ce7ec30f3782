"""Divides in numpy, which gives float64."""

loses = {"test_to_tensor_of_any_images": 1}
says = "expected dtype float32"
edits = {
    "to_tensor": [
        ("torch.from_numpy(images).float().unsqueeze(1) / 255", "torch.from_numpy(images / 255).unsqueeze(1)")
    ]
}
