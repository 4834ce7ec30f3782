"""Divides 0 by 0 where both boxes are empty."""

loses = {"test_iou_of_boxes_without_inside"}
says = "give 0"


# %% question="iou"
def iou(a, b):
    def area(boxes):
        return np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)

    both = np.concatenate([np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])], axis=1)
    with np.errstate(all="ignore"):
        return area(both) / (area(a) + area(b) - area(both))
