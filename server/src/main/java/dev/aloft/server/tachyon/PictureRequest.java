package dev.aloft.server.tachyon;

import org.eclipse.jetty.http.HttpFields;

/// A `GET` or `HEAD` of a picture.
///
/// @param name the path below the pictures' own, decoded, without a slash before it
/// @param query as it stands in the URL; empty for none
public record PictureRequest(String name, String query, HttpFields headers) {}
