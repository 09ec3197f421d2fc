package dev.aloft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Inspection between processes of one user.
@Timeout(60)
final class InspectionTest {

    @Test
    void aProcessThatForbidsItKeepsItsEnvironmentFromItsOwnUser() throws Exception {
        assertThat(environmentIsReadable("open")).isTrue();
        assertThat(environmentIsReadable("hidden")).isFalse();
    }

    private static boolean environmentIsReadable(String how) throws IOException, InterruptedException {
        Process server = asUser(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        how)
                .start();
        try (BufferedReader output = server.inputReader()) {
            assertThat(output.readLine()).isEqualTo("Optional.empty");
            Process reader = asUser("cat", "/proc/" + server.pid() + "/environ")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return reader.waitFor() == 0;
        } finally {
            server.destroyForcibly();
        }
    }

    /// Root can read everything, so the test runs as another user.
    private static ProcessBuilder asUser(String... command) {
        List<String> words = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("setpriv", "--reuid=62912", "--regid=62912", "--clear-groups"));
        }
        words.addAll(List.of(command));
        return new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /// Holds secrets until the test ends.
    static final class Server {

        public static void main(String[] arguments) throws Exception {
            System.out.println(arguments[0].equals("hidden") ? Inspection.forbid() : Optional.empty());
            int _ = System.in.read(); // until the test ends it
        }
    }
}
