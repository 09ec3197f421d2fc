package dev.aloft.cli.serve;

/// The parts that one `aloft serve` runs.
enum ServedParts {
    /// The agent, and the edge if the configuration has one.
    ALL,
    /// The agent alone.
    AGENT,
    /// The edge alone.
    EDGE;

    boolean agent() {
        return this != EDGE;
    }

    boolean edge() {
        return this != AGENT;
    }
}
