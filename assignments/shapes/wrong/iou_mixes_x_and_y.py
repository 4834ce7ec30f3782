"""Takes the order (x0, x1, y0, y1)."""

loses = {"test_iou_by_hand", "test_iou_of_any_boxes", "test_iou_of_boxes_without_inside"}
says = "values are wrong|value is wrong"
edits = {"iou": [("begin, end = ", ("a, b = a[:, [0, 2, 1, 3]], b[:, [0, 2, 1, 3]]\n    begin, end = "))]}
