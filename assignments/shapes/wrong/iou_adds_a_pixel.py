"""Counts pixels with both ends, as if a box from 13 to 29 had 17 columns."""

loses = {"test_iou_by_hand", "test_iou_of_any_boxes", "test_iou_of_boxes_without_inside"}
says = "do not add 1"
edits = {"iou": [("boxes[:, 2:] - boxes[:, :2]", "boxes[:, 2:] - boxes[:, :2] + 1")]}
