package dev.aloft.server.cache;

import java.util.List;
import org.eclipse.jetty.http.HttpField;

/// A compressed copy of a body in memory.
///
/// @param fields the headers in which its answer differs from that of the original
record CompressedBody(MemoryBody body, List<HttpField> fields) {}
