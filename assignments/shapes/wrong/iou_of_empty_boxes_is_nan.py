"""Divides 0 by 0 where both boxes are empty."""

loses = {"test_iou_of_boxes_without_inside"}
says = "give 0"
edits = {
    "iou": [
        (
            "return shared / np.maximum(union, 1e-12)",
            ('with np.errstate(all="ignore"):\n        return shared / union'),
        )
    ]
}
