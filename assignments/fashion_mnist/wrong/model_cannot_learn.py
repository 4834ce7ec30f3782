"""Cuts the gradients on the way: weights that were trained elsewhere work, a training does not."""

loses = {"test_model_learns_from_fresh_weights": 1}
says = "loss on others"


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

    class Frozen(nn.Sequential):
        def forward(self, x):
            return super().forward(x).detach() + 0 * sum(p.sum() for p in self.parameters())

    return Frozen(*layers)
