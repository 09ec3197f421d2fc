package dev.aloft.image;

/// A picture as it was asked for.
///
/// @param frames 1, or more for a film
/// @param bytes of the whole file; not to be changed
@SuppressWarnings("ArrayRecordComponent") // compared nowhere; copies of pictures would only cost
public record Rendition(Format format, Size size, int frames, byte[] bytes) {}
