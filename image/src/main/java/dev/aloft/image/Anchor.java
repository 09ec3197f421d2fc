package dev.aloft.image;

/// How the part is found that stays when a picture is cut to a box.
public sealed interface Anchor permits Gravity, FocalPoint, Interest {}
