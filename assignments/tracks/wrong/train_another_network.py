"""Trains a network of its own, and hands back the one it was given."""
# ruff: noqa: E402

weights = {"model": "weights/twins/model.safetensors"}
loses = {
    "test_short_training_teaches": 1,
}
says = "left the network as it was"


# %% question="model"
import torch
from torch import nn


def build_model():
    layers = [nn.MaxPool2d((1, 8))]
    c_in = 1
    for c_out, height, stride in ((16, 5, 1), (32, 7, 1), (64, 7, 2), (96, 9, 1)):
        convolution = nn.Conv2d(c_in, c_out, (height, 2), (stride, 2), (height // 2, 0), bias=False)
        layers += [convolution, nn.BatchNorm2d(c_out, eps=1e-3, momentum=0.01), nn.ReLU()]
        c_in = c_out
    return nn.Sequential(*layers, nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(96, 1))


def train(model, images, labels, epochs=1, learning_rate=1e-3):
    given, model = model, build_model()
    x, y = torch.from_numpy(images)[:, None], torch.from_numpy(labels).float()
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    model.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(32):
            loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows])[:, 0], y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return given
