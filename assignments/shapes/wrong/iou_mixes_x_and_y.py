"""Takes the order (x0, x1, y0, y1)."""

loses = {"test_iou_by_hand", "test_iou_of_any_boxes", "test_iou_of_boxes_without_inside"}
says = "values are wrong|value is wrong"


# %% question="iou"
def iou(a, b):
    def area(x0, x1, y0, y1):
        return np.clip(x1 - x0, 0, None) * np.clip(y1 - y0, 0, None)

    edges = zip((np.maximum, np.minimum) * 2, a.T, b.T, strict=True)
    both = area(*(inner(one, other) for inner, one, other in edges))
    union = area(*a.T) + area(*b.T) - both
    return np.divide(both, union, out=np.zeros(len(a)), where=union > 0)
