package dev.aloft.server.htaccess;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The cases of `cases.txt`, which says how they are written.
///
/// @param files by their paths below the uploads
record Cases(String title, Map<String, String> files, List<Question> questions) {

    static final String URL = "/wp-content/uploads/";

    /// @param answer as it stands in the file
    record Question(String path, String answer) {}

    static List<Cases> all() throws IOException {
        List<Cases> all = new ArrayList<>();
        StringBuilder file = new StringBuilder();
        for (String line : text().substring(text().indexOf("\n== ") + 1).split("\n", -1)) {
            if (line.startsWith("== ")) {
                all.add(new Cases(line.substring(3), new LinkedHashMap<>(), new ArrayList<>()));
            } else if (line.startsWith("@ ")) {
                file = new StringBuilder();
                all.getLast().files.put(line.substring(2), "");
            } else if (line.startsWith("? ")) {
                String[] parts = line.substring(2).split(" = ", 2);
                all.getLast().questions.add(new Question(parts[0], parts[1]));
            } else if (!all.getLast().files.isEmpty()) {
                file.append(line).append('\n');
                all.getLast()
                        .files
                        .put(List.copyOf(all.getLast().files.keySet()).getLast(), file.toString());
            }
        }
        return all;
    }

    private static String text() throws IOException {
        try (InputStream in = Objects.requireNonNull(Cases.class.getResourceAsStream("cases.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Optional<Htaccess.Denial> denial(String path) {
        return denial(files, path);
    }

    /// The denial of a path by the files.
    static Optional<Htaccess.Denial> denial(Map<String, String> files, String path) {
        List<Htaccess> chain = new ArrayList<>();
        for (int end = 0; end >= 0; end = path.indexOf('/', end) < 0 ? -1 : path.indexOf('/', end) + 1) {
            String folder = path.substring(0, end);
            String text = files.get(folder + ".htaccess");
            if (text != null) {
                chain.add(Htaccess.parse(folder, text.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return Htaccess.denial(chain, path, URL + path);
    }
}
