package dev.aloft.nio;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Another process that reaches the bucket: see [HostMain]. The caller closes it.
final class HostProcess implements AutoCloseable {

    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    private static final int STOP_LIMIT_SECONDS = 10;

    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;

    private HostProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    /// @param heapMegabytes the most memory that its objects may take
    static HostProcess start(URI endpoint, int heapMegabytes) throws IOException {
        return start(List.of("-Xmx" + heapMegabytes + "m", "-cp", CLASS_PATH, HostMain.class.getName()), endpoint);
    }

    /// The same program in a class loader of its own.
    static HostProcess startInALoader(URI endpoint) throws IOException {
        List<String> command = List.of("-Dloaded=" + CLASS_PATH, "-cp", folderOfTests(), LoaderMain.class.getName());
        return start(command, endpoint);
    }

    private static String folderOfTests() {
        try {
            return new File(HostProcess.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .getPath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HostProcess start(List<String> java, URI endpoint) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(java);
        command.addAll(List.of(endpoint.toString(), TestFileSystem.ACCESS_KEY, TestFileSystem.SECRET_KEY));
        return new HostProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /// Has it do one thing, and gives what it says. The test's own time limit ends the wait.
    String ask(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the process ended while it was asked to " + question);
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
