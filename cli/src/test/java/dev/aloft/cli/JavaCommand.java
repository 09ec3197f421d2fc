package dev.aloft.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The `aloft` command as the words that start it in a Java process of its own.
public final class JavaCommand {

    private JavaCommand() {}

    public static List<String> of(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC", // starts with less work, as most commands do
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        words.addAll(List.of(arguments));
        return words;
    }
}
