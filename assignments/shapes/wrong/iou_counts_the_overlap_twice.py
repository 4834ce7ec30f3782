"""The union is the sum of both areas: what both share counts twice."""

loses = {"test_iou_by_hand", "test_iou_of_any_boxes", "test_iou_of_boxes_without_inside"}
says = "subtract it"
edits = {"iou": [("area(a) + area(b) - shared", "area(a) + area(b)")]}
