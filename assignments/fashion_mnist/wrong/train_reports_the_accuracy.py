"""Returns the accuracy under the name of a loss."""

loses = {"test_train_learns_stripes": 1, "test_train_reports_the_loss_of_an_image": 1}
says = "hardly fall"
edits = {
    "train": [
        (
            "loss = F.cross_entropy(model(batch), labels[rows])",
            ("logits = model(batch)\n            loss = F.cross_entropy(logits, labels[rows])"),
        ),
        ("loss.item()", "(logits.argmax(dim=1) == labels[rows]).float().mean().item()"),
    ]
}
