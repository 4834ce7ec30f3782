"""Ends in a softmax."""

loses = {
    "test_model_gives_logits": 1,
    "test_model_on_warped_test_images": 1,
    "test_model_learns_from_fresh_weights": 1,
}
says = "leave out the softmax"


# %% question="model"
def build_model():
    def normed(c_in, c_out):
        convolution = nn.Conv2d(c_in, c_out, 3, padding=1, bias=False)
        return [convolution, nn.BatchNorm2d(c_out, eps=1e-3), nn.ReLU()]

    layers = [
        nn.Conv2d(1, 32, 5, padding=2),
        nn.MaxPool2d(2),
        nn.ReLU(),
        *normed(32, 64),
        nn.MaxPool2d(2),
        *normed(64, 96),
        *normed(96, 96),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(96, 10),
    ]
    return nn.Sequential(*layers, nn.Softmax(dim=1))
