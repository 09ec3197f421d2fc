package dev.aloft.server.uploads;

import dev.aloft.server.cache.HttpCache;
import java.util.concurrent.Executor;

/// The resources that all sites of an edge share. They belong to the edge, which closes them.
///
/// @param threads run what waits, one thread for each task
public record SharedResources(HttpCache cache, Executor threads, SlowReaderSlots slots) {}
