"""Reads the last two numbers as width and height."""

loses = {"test_iou_by_hand", "test_iou_of_any_boxes", "test_iou_of_boxes_without_inside"}
says = "values are wrong|value is wrong"


# %% question="iou"
def iou(a, b):
    def area(boxes):
        return np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)

    a, b = (np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1) for boxes in (a, b))
    both = np.concatenate([np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])], axis=1)
    union = area(a) + area(b) - area(both)
    return np.divide(area(both), union, out=np.zeros(len(a)), where=union > 0)
