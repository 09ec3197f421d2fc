package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LoggingTest {

    @Test
    void eventsAreLoggedAfterAGarbageCollection() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        JavaCommand.of().getFirst(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GarbageCollection.class.getName()))
                .start();
        String log = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(log).contains("INFO    after it").doesNotContain("of a library");
    }

    /// A program that logs after a garbage collection.
    static final class GarbageCollection {

        private GarbageCollection() {}

        public static void main(String[] arguments) {
            Logging.prepare();
            Logging.toStandardError();
            System.gc();
            System.getLogger("dev.aloft.test").log(Level.INFO, "after it");
            System.getLogger("org.example").log(Level.INFO, "of a library");
        }
    }
}
