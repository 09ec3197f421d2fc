package dev.aloft.server.uploads;

import dev.aloft.files.ContentTypes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Checks names: none is served that some server could execute, and none that is secret.
///
/// A path is refused when a segment begins with a dot, or when one of a segment's endings is on the list. Every part
/// after the first dot is an ending, so `x.php.jpg` is refused like `x.php`, and `php.jpg` is a picture. Only the first
/// word of a part is compared, ignoring case, because some servers cut a name at a semicolon, a colon, a space or an
/// invisible character. A picture, sound, film or document such as `team.pl.png` is served although an earlier ending
/// is on the list, unless that ending is one of PHP's or Apache's, or more than a word. Separately, folders that
/// well-known plugins keep private are refused.
final class ServedName {

    /// Endings that are refused even before that of a picture: Apache with `AddHandler` executes them anywhere in a
    /// name.
    private static final Set<String> REFUSED_ANYWHERE = Set.of(
            "php",
            "php3",
            "php4",
            "php5",
            "php6",
            "php7",
            "php8",
            "phtml",
            "pht",
            "phps",
            "phar",
            "htaccess",
            "htpasswd");

    private static final Set<String> REFUSED_AT_THE_END =
            Set.of("shtml", "cgi", "pl", "py", "asp", "aspx", "jsp", "cfm", "ini", "env", "git", "svn", "sql", "log");

    static final Set<String> REFUSED_ENDINGS = Stream.concat(REFUSED_ANYWHERE.stream(), REFUSED_AT_THE_END.stream())
            .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> DOCUMENTS =
            Set.of("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf", "epub");

    /// Folders that plugins protect by an `.htaccess` file, which S3 does not apply: goods, form entries, logs and
    /// backups.
    static final Set<String> PRIVATE_FOLDERS = Set.of(
            "woocommerce_uploads",
            "edd",
            "gravity_forms",
            "wpforms",
            "wc-logs",
            "ai1wm-backups",
            "updraft",
            "backup",
            "backups",
            "backupbuddy_backups");

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}_-]*");

    private ServedName() {}

    /// Checks names and private folders.
    static boolean isServed(UrlPath path) {
        return isServed(path.segments()) && privateFolder(path.segments()).isEmpty();
    }

    /// Checks that no name in a path could execute or is secret.
    static boolean isServed(List<String> segments) {
        int last = segments.size() - 1;
        for (int i = 0; i <= last; i++) {
            if (!isServed(segments.get(i), i == last && isMediaOrDocument(segments.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /// The private folder in a path, if any.
    static Optional<String> privateFolder(List<String> segments) {
        return segments.stream()
                .filter(segment -> PRIVATE_FOLDERS.contains(segment.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    private static boolean isServed(String segment, boolean isMediaOrDocument) {
        String[] parts = segment.split("\\.", -1);
        if (segment.startsWith(".")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            Matcher word = WORD.matcher(parts[i]);
            if (!word.find()) {
                continue;
            }
            String ending = word.group().toLowerCase(Locale.ROOT);
            boolean isHarmless =
                    isMediaOrDocument && !REFUSED_ANYWHERE.contains(ending) && ending.length() == parts[i].length();
            if (REFUSED_ENDINGS.contains(ending) && !isHarmless) {
                return false;
            }
        }
        return true;
    }

    /// By the whole last ending, so that no other server can cut a part of it off.
    private static boolean isMediaOrDocument(String name) {
        String type = ContentTypes.ofName(name);
        boolean isMedia = type.startsWith("image/") || type.startsWith("audio/") || type.startsWith("video/");
        return (isMedia && !type.contains("xml"))
                || DOCUMENTS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
}
