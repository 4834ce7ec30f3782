"""Counts pixels with both ends, as if a box from 13 to 29 had 17 columns."""

loses = {"test_iou_by_hand", "test_iou_of_any_boxes", "test_iou_of_boxes_without_inside"}
says = "do not add 1"


# %% question="iou"
def iou(a, b):
    def area(boxes):
        return np.clip(boxes[:, 2:] - boxes[:, :2] + 1, 0, None).prod(axis=1)

    both = np.concatenate([np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])], axis=1)
    return area(both) / (area(a) + area(b) - area(both))
