package dev.aloft.image;

/// Position of the box within a picture that is cropped to it.
public sealed interface Anchor permits Gravity, FocalPoint, Interest {}
