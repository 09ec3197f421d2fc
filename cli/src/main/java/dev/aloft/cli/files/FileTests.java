package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import dev.aloft.files.Glob;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The conditions of `aloft find`.
final class FileTests {

    private static final Pattern SIZE = Pattern.compile("([+-]?)(?:(\\d{1,18})|(\\d{1,6})([kMGT]))");
    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhdw])");

    @Option(names = "--name", paramLabel = "GLOB", description = "The name matches, as in '*.jpg'; quote it.")
    private @Nullable String name;

    @Option(names = "--path", paramLabel = "GLOB", description = "The path below the place matches, as in '2026/**'.")
    private @Nullable String path;

    @Option(
            names = "--size",
            paramLabel = "[+-]N[kMGT]",
            description = "At least (+), at most (-) or exactly this size: +10M.")
    private List<String> sizes = List.of();

    @Option(
            names = "--newer",
            paramLabel = "WHEN",
            description = "Changed later than this age or time: 7d, 2026-11-29, 2026-11-29T14:03:07Z.")
    private @Nullable String newer;

    @Option(names = "--older", paramLabel = "WHEN", description = "Changed earlier.")
    private @Nullable String older;

    @Option(names = "--type", paramLabel = "TYPE", description = "f for files (default), d for directories.")
    private String type = "f";

    /// True if directories are looked for, instead of files.
    boolean isForDirectories() throws Failure {
        return switch (type) {
            case "f" -> false;
            case "d" -> true;
            default -> throw invalid("--type", type, "write --type f or --type d", null);
        };
    }

    /// @param clock from which ages are counted
    Predicate<Entry> parse(InstantSource clock) throws Failure {
        Predicate<Entry> all = _ -> true;
        if (name != null) {
            Glob glob = glob("--name", name);
            all = all.and(entry -> glob.matches(last(entry)));
        }
        if (path != null) {
            Glob glob = glob("--path", path);
            all = all.and(entry -> glob.matches(entry.name().replaceFirst("/$", "")));
        }
        for (String size : sizes) {
            all = all.and(size(size));
        }
        if (newer != null) {
            Instant moment = moment("--newer", newer, clock);
            all = all.and(entry -> entry.modified().isAfter(moment));
        }
        if (older != null) {
            Instant moment = moment("--older", older, clock);
            all = all.and(entry -> entry.modified().isBefore(moment));
        }
        return all;
    }

    private static String last(Entry entry) {
        String whole = entry.name().replaceFirst("/$", "");
        return whole.substring(whole.lastIndexOf('/') + 1);
    }

    private static Glob glob(String option, String text) throws Failure {
        try {
            return Glob.parse(text);
        } catch (PatternSyntaxException e) {
            throw invalid(option, text, "it is no glob: " + e.getDescription(), e);
        }
    }

    private static Predicate<Entry> size(String text) throws Failure {
        Matcher parts = SIZE.matcher(text);
        if (!parts.matches()) {
            throw invalid("--size", text, "write it as in +10M, -1k or 0", null);
        }
        long bytes = parts.group(2) != null
                ? Long.parseLong(parts.group(2))
                : Long.parseLong(parts.group(3)) << bits(parts.group(4));
        return switch (parts.group(1)) {
            case "+" -> entry -> entry.size() >= bytes;
            case "-" -> entry -> entry.size() <= bytes;
            default -> entry -> entry.size() == bytes;
        };
    }

    private static int bits(String unit) {
        return 10 * " kMGT".indexOf(unit);
    }

    private static Instant moment(String option, String text, InstantSource clock) throws Failure {
        Matcher age = AGE.matcher(text);
        if (age.matches()) {
            return clock.instant().minus(age(Long.parseLong(age.group(1)), age.group(2)));
        }
        try {
            return text.contains("T")
                    ? Instant.parse(text.toUpperCase(Locale.ROOT))
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw invalid(option, text, "write an age such as 12h or 7d, a date, or a time as 2026-11-29T14:03:07Z", e);
        }
    }

    private static Duration age(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> Duration.ofDays(7 * count);
        };
    }

    private static Failure invalid(String option, String text, String advice, @Nullable Throwable cause) {
        return new Failure(Failure.Code.USAGE, option + " " + text + " is invalid", advice, cause);
    }
}
