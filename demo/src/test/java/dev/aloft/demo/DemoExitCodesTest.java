package dev.aloft.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Errors of `aloft demo`: two lines on standard error, and an exit code of `docs/reference/exit-codes.md`.
@Timeout(300) // the first run on a machine installs packages
final class DemoExitCodesTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void nameTheCheckout() {
        System.setProperty("aloft.home", System.getProperty("aloft.root"));
    }

    @AfterEach
    void forgetTheCheckout() {
        System.clearProperty("aloft.home");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--prot 8080; aloft demo has no option --prot; did you mean --port?",
                "-x; aloft demo has no option -x; see aloft demo --help",
                "8080; unexpected argument 8080; see aloft demo --help",
                "--port eighty; 'eighty'; see aloft demo --help",
                "--port 70000; --port 70000 is not a port; 1024 to 65535"
            })
    void anInvalidCommandLineIsCodeTwo(String words, String found, String advice) {
        requireFailure(2, found, advice, words.split(" ", -1));
    }

    @Test
    void aFolderWithoutThePluginIsCodeFour() {
        System.setProperty("aloft.home", folder.toString());

        requireFailure(4, "there is no WordPress plugin at", "./aloft from a clone", "--port", "0");
    }

    @Test
    void aDataFolderThatIsAFileIsCodeFour() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        requireFailure(
                4, "is not a folder", "folder for the demo with --data", "--port", "0", "--data", file.toString());
    }

    @Test
    void aPortInUseIsCodeFive() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            requireFailure(
                    5,
                    "cannot listen on 127.0.0.1:" + port,
                    "another --port",
                    "--port",
                    port,
                    "--data",
                    folder.resolve("demo").toString());
        }
    }

    private static void requireFailure(int code, String found, String advice, String... options) {
        StringWriter err = new StringWriter();
        String[] words = new String[options.length + 1];
        words[0] = "demo";
        System.arraycopy(options, 0, words, 1, options.length);

        int ended =
                Main.with(new DemoCommand()).setErr(new PrintWriter(err, true)).execute(words);

        List<String> lines = err.toString().lines().toList();
        assertThat(ended).as(err.toString()).isEqualTo(code);
        assertThat(lines).hasSize(2).allMatch(line -> line.startsWith("aloft: "));
        assertThat(lines.get(0)).contains(found);
        assertThat(lines.get(1)).contains(advice);
    }
}
