package dev.aloft.cli;

import java.util.logging.LogManager;

/// Log manager whose handlers work until the process has ended. Java's own removes them at the first signal, so that
/// nothing of an orderly stop would be logged. Public, because Java makes it by its name.
public final class LogUntilExit extends LogManager {

    private volatile boolean kept;

    /// For Java.
    public LogUntilExit() {}

    /// Ignores resets from now on.
    void keepHandlers() {
        kept = true;
    }

    @Override
    public void reset() {
        if (!kept) {
            super.reset();
        }
    }
}
