package dev.aloft.cli;

import java.time.ZoneOffset;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Log on standard error, one line an event: Aloft's own from INFO, the libraries' from WARNING.
final class Logging {

    private Logging() {}

    /// Chooses the log manager; works only before the first logger of the process is made.
    static void prepare() {
        System.setProperty("java.util.logging.manager", UntilExit.class.getName());
    }

    static void toStandardError() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        ConsoleHandler handler = new ConsoleHandler();
        handler.setLevel(Level.ALL);
        handler.setFormatter(new OneLine());
        root.addHandler(handler);
        Logger ours = Logger.getLogger("dev.aloft");
        ours.setLevel(Level.INFO);
        if (LogManager.getLogManager() instanceof UntilExit manager) {
            manager.keep(ours);
        }
    }

    /// Log manager whose handlers work until the process has ended. Java's own removes them at the first signal,
    /// so that nothing of an orderly stop would be logged. It also holds loggers weakly, and a logger that is
    /// collected as garbage loses its level. Public, because Java makes it by its name.
    public static final class UntilExit extends LogManager {

        private volatile @Nullable Logger kept;

        /// For Java.
        public UntilExit() {}

        /// Ignores resets from now on, and keeps the logger's level.
        private void keep(Logger logger) {
            kept = logger;
        }

        @Override
        public void reset() {
            if (kept == null) {
                super.reset();
            }
        }
    }

    private static final class OneLine extends Formatter {

        @Override
        public String format(LogRecord event) {
            String message = formatMessage(event).replaceAll("[\\r\\n]+", " ");
            String cause = event.getThrown() == null ? "" : " (" + event.getThrown() + ")";
            return "%1$tFT%1$tT.%1$tLZ %2$-7s %3$s%4$s%n"
                    .formatted(
                            event.getInstant().atZone(ZoneOffset.UTC),
                            event.getLevel().getName(),
                            message,
                            cause);
        }
    }
}
