package dev.aloft.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A JVM that answers each line with a line. The caller closes it.
public final class Child implements AutoCloseable {

    private static final int ENDING_SECONDS = 20;

    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;

    private Child(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    public static Child start(String classPath, int heapMegabytes, Class<?> main, String... args) throws IOException {
        return start(List.of(), classPath, heapMegabytes, main, args);
    }

    /// Runs on one processor of the machine.
    public static Child pinned(int processor, String classPath, int heapMegabytes, Class<?> main, String... args)
            throws IOException {
        return start(List.of("taskset", "-c", "" + processor), classPath, heapMegabytes, main, args);
    }

    private static Child start(List<String> prefix, String classPath, int heapMegabytes, Class<?> main, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                main.getName()));
        command.addAll(List.of(args));
        return new Child(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    public String ask(String question, int seconds) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        return answer(seconds);
    }

    /// The next line of its output.
    public String answer(int seconds) throws IOException {
        FutureTask<String> line = new FutureTask<>(answers::readLine);
        Thread.ofVirtual().start(line);
        try {
            String text = line.get(seconds, TimeUnit.SECONDS);
            return text == null ? "fails the process ended" : text;
        } catch (TimeoutException e) {
            process.destroyForcibly().onExit().join();
            return "fails more than " + seconds + " s";
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws IOException {
        try {
            questions.close();
        } catch (IOException e) {
            // It has exited, and its output was read.
        }
        try {
            if (!process.waitFor(ENDING_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
