"""What every model of an answer is made from."""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """A part of what a service says: it cannot be changed, and what a newer service says besides is passed over."""

    # Validators are built when a model is first read: importing the client does not wait for those of every question.
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
