package dev.aloft.image;

/// Rendered picture.
///
/// @param frames number of frames; more than 1 for a film
/// @param bytes the whole file; do not modify
@SuppressWarnings("ArrayRecordComponent") // compared nowhere; copies of pictures would only cost
public record Rendition(Format format, Size size, int frames, byte[] bytes) {}
