"""Reads the last two numbers as width and height."""

loses = {"test_iou_by_hand", "test_iou_of_any_boxes", "test_iou_of_boxes_without_inside"}
says = "values are wrong|value is wrong"
edits = {
    "iou": [
        (
            "begin, end = ",
            (
                "a, b = (np.hstack([box[:, :2], box[:, :2] + box[:, 2:]]) for box in (a, b))\n"
                "    begin, end = "
            ),
        )
    ]
}
