package dev.aloft.server.uploads;

import dev.aloft.server.cache.HttpCache;
import java.util.concurrent.Executor;

/// The resources that all sites of an edge share. They belong to the edge, which closes them.
///
/// @param threads run blocking tasks, one thread for each
public record SharedResources(HttpCache cache, Executor threads, SlowReaderSlots slots) {}
