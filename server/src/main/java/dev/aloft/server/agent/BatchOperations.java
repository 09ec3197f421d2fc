package dev.aloft.server.agent;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Operations on many files of a directory in one exchange: the query names the operation, the body the files.
final class BatchOperations {

    private static final Pattern WHAT = Pattern.compile("(delete|private|public|pictures|sign)(?:=(\\d{1,8}))?");

    private final FileTree files;
    private final PrivateFiles privateFiles;

    BatchOperations(AgentSite site) {
        files = site.files();
        privateFiles = new PrivateFiles(site);
    }

    /// Gives the answer, in JSON.
    ///
    /// @throws IllegalArgumentException for another query, or a body that is no list of names
    String answer(FilePath directory, String query, InputStream body) throws IOException {
        Matcher what = WHAT.matcher(query);
        if (!what.matches() || what.group(1).equals("sign") != (what.group(2) != null)) {
            throw new IllegalArgumentException(
                    "POST to a directory needs one of the queries ?delete, ?private, ?public, ?pictures and ?sign=SECONDS");
        }
        if (what.group(1).equals("pictures")) {
            return Json.queries(privateFiles.sign(pictures(directory, body)));
        }
        List<FilePath> paths = paths(directory, body);
        String prefix = directory.isRoot() ? "" : directory.value() + "/";
        return switch (what.group(1)) {
            case "delete" -> Json.report(files.deleteAll(paths), prefix);
            case "sign" -> Json.queries(privateFiles.sign(paths, Duration.ofSeconds(Long.parseLong(what.group(2)))));
            default -> mark(paths, what.group(1).equals("private"), prefix);
        };
    }

    private String mark(List<FilePath> paths, boolean isPrivate, String prefix) {
        Map<String, String> failures = new LinkedHashMap<>();
        privateFiles
                .mark(paths, isPrivate)
                .forEach((path, reason) -> failures.put(path.value().substring(prefix.length()), reason));
        return Json.counted("marked", paths.size() - failures.size(), failures);
    }

    /// Names with what is asked of them: a query has no question mark.
    private static List<PrivateFiles.Picture> pictures(FilePath directory, InputStream body) throws IOException {
        List<PrivateFiles.Picture> pictures = new ArrayList<>();
        for (String name : Json.names(body)) {
            int question = name.lastIndexOf('?');
            if (question < 1) {
                throw new IllegalArgumentException("not a picture's name and query: \"" + name + "\"");
            }
            FilePath original = directory.resolve(name.substring(0, question));
            pictures.add(new PrivateFiles.Picture(original, name.substring(question + 1)));
        }
        return pictures;
    }

    private static List<FilePath> paths(FilePath directory, InputStream body) throws IOException {
        List<FilePath> paths = new ArrayList<>();
        for (String name : Json.names(body)) {
            if (name.isEmpty() || name.endsWith("/")) {
                throw new IllegalArgumentException("not a file's name: \"" + name + "\"");
            }
            paths.add(directory.resolve(name));
        }
        return paths;
    }
}
