package dev.aloft.cli.doctor;

import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Settings of a PHP, as it prints them with `-i`: those of its `php.ini` and of the files beside it. Those of a pool
/// of php-fpm and of `.user.ini` are not among them.
///
/// @param program that printed them
/// @param values by name; a setting without a value is missing
record PhpSettings(String program, Map<String, String> values) {

    /// php-fpm before the command, whose settings are others.
    private static final List<String> PROGRAMS =
            List.of("php-fpm8.4", "php-fpm8.3", "php-fpm8.2", "php-fpm8.1", "php-fpm", "php");

    private static final List<String> FOLDERS = List.of("/usr/local/sbin", "/usr/sbin");

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Pattern LINE = Pattern.compile("(?m)^([A-Za-z][^=\\n]*?) => ([^\\n]*?)(?: => [^\\n]*)?$");

    /// Settings of the PHP of this machine.
    ///
    /// @param program null for the first of the usual ones
    /// @throws Failure when there is none
    static PhpSettings of(@Nullable String program) throws Failure, IOException, InterruptedException {
        String found = program != null
                ? program
                : PROGRAMS.stream()
                        .flatMap(PhpSettings::located)
                        .findFirst()
                        .orElseThrow(() -> new Failure(
                                Failure.Code.MACHINE,
                                "there is no PHP on this machine",
                                "name php-fpm, or php, with --php"));
        Path output = Files.createTempFile("aloft-php", ".txt");
        try {
            Process php = new ProcessBuilder(found, "-i")
                    .redirectErrorStream(false)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!php.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || php.exitValue() != 0) {
                php.destroyForcibly();
                throw new Failure(
                        Failure.Code.MACHINE, found + " -i fails, or takes too long", "name another PHP with --php");
            }
            return parse(found, Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            Files.delete(output);
        }
    }

    private static Stream<String> located(String name) {
        String path = System.getenv("PATH");
        return Stream.concat(path == null ? Stream.of() : Stream.of(path.split(":")), FOLDERS.stream())
                .map(folder -> folder + "/" + name)
                .filter(file -> Files.isExecutable(Path.of(file)));
    }

    /// @param text of `php -i`
    static PhpSettings parse(String program, String text) {
        Map<String, String> values = new HashMap<>();
        for (MatchResult line : LINE.matcher(text).results().toList()) {
            if (!line.group(2).isBlank() && !line.group(2).equals("no value")) {
                values.putIfAbsent(line.group(1).strip(), line.group(2).strip());
            }
        }
        return new PhpSettings(program, Map.copyOf(values));
    }

    String version() {
        return values.getOrDefault("PHP Version", "");
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    boolean isOn(String name) {
        return value(name)
                .filter(value -> value.equals("On") || value.equals("1"))
                .isPresent();
    }

    /// A number of bytes: `128M`, `-1`. 0 if it is missing.
    long bytes(String name) {
        String value = value(name).filter(text -> !text.isBlank()).orElse("0");
        int unit = "KMG".indexOf(Character.toUpperCase(value.charAt(value.length() - 1))) + 1;
        String digits = unit > 0 ? value.substring(0, value.length() - 1) : value;
        return digits.matches("-?\\d{1,9}") ? Long.parseLong(digits) << (10 * unit) : 0;
    }
}
