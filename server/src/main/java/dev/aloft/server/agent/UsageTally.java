package dev.aloft.server.agent;

import dev.aloft.files.DirectoryPage;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Adds up listed files by kind and month. The kind follows from the name alone. Safe for many threads.
final class UsageTally {

    /// A size that WordPress or the agent has made: `cat-300x200.jpg`.
    private static final Pattern SIZE = Pattern.compile("-\\d{1,5}x\\d{1,5}\\.\\w{3,4}$");

    private static final Map<String, String> KINDS = new HashMap<>();

    static {
        for (String extension : List.of(
                "jpg", "jpeg", "jpe", "png", "gif", "webp", "avif", "heic", "heif", "svg", "bmp", "tif", "tiff",
                "ico")) {
            KINDS.put(extension, "image");
        }
        for (String extension :
                List.of("mp4", "m4v", "mov", "webm", "ogv", "avi", "mkv", "wmv", "mpg", "mpeg", "3gp")) {
            KINDS.put(extension, "video");
        }
        for (String extension : List.of("mp3", "m4a", "m4b", "aac", "ogg", "oga", "opus", "wav", "flac", "wma")) {
            KINDS.put(extension, "audio");
        }
        for (String extension : List.of(
                "pdf", "doc", "docx", "odt", "rtf", "txt", "csv", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "epub")) {
            KINDS.put(extension, "document");
        }
        for (String extension : List.of("zip", "gz", "tar", "rar", "7z", "bz2", "xz")) {
            KINDS.put(extension, "archive");
        }
    }

    private final Map<Key, Sum> sums = new HashMap<>();

    private record Key(String kind, YearMonth month) {}

    private record Sum(long files, long bytes) {

        Sum plus(Sum other) {
            return new Sum(files + other.files, bytes + other.bytes);
        }
    }

    synchronized void add(DirectoryPage page) {
        for (DirectoryPage.Entry entry : page.entries()) {
            if (entry instanceof DirectoryPage.FileEntry file) {
                YearMonth month = YearMonth.from(file.modified().atOffset(ZoneOffset.UTC));
                sums.merge(new Key(kind(file.name()), month), new Sum(1, file.size()), Sum::plus);
            }
        }
    }

    /// `image`, `size` (of an image), `video`, `audio`, `document`, `archive` or `other`.
    static String kind(String name) {
        String lower = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        String kind = KINDS.getOrDefault(lower.substring(lower.lastIndexOf('.') + 1), "other");
        return kind.equals("image") && SIZE.matcher(lower).find() ? "size" : kind;
    }

    synchronized Usage usage(Instant begun, boolean isComplete) {
        List<Usage.Group> groups = new ArrayList<>();
        sums.forEach((key, sum) ->
                groups.add(new Usage.Group(key.kind(), key.month().toString(), sum.files(), sum.bytes())));
        return new Usage(begun, isComplete, groups);
    }
}
