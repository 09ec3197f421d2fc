package dev.aloft.image.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Decodes pictures in the local Chromium.
final class Chromium {

    private static final Pattern SEEN = Pattern.compile("\\[(\\d+) (\\d+) (\\d+) (\\d+) (\\d+)]");

    private static final String SCRIPT = """
            <script>onload = () => {
              let text = '';
              for (const image of document.images) {
                const canvas = document.createElement('canvas');
                canvas.width = canvas.height = 1;
                const pen = canvas.getContext('2d');
                if (image.naturalWidth) pen.drawImage(image, 2, 2, 1, 1, 0, 0, 1, 1);
                const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
                text += '[' + [image.naturalWidth, image.naturalHeight, r, g, b].join(' ') + ']';
              }
              document.body.textContent = text;
            }</script>""";

    private Chromium() {}

    /// Decoded size, 0 for an undecodable picture, and the colour near the upper left corner.
    record Seen(int width, int height, int red, int green, int blue) {

        boolean isNear(int otherRed, int otherGreen, int otherBlue, int tolerance) {
            return Math.abs(red - otherRed) <= tolerance
                    && Math.abs(green - otherGreen) <= tolerance
                    && Math.abs(blue - otherBlue) <= tolerance;
        }
    }

    /// Decodes all pictures in one page.
    ///
    /// @param folder for temporary files
    static List<Seen> look(Path folder, List<byte[]> pictures) throws IOException, InterruptedException {
        StringBuilder page = new StringBuilder("<!DOCTYPE html><body>");
        for (byte[] picture : pictures) {
            page.append("<img src='data:image/png;base64,")
                    .append(Base64.getEncoder().encodeToString(picture))
                    .append("'>");
        }
        Path html = Files.writeString(folder.resolve("page.html"), page.append(SCRIPT));
        Process browser = new ProcessBuilder(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--dump-dom",
                        html.toUri().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String seen = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            List<Seen> all = new ArrayList<>();
            for (MatchResult one : SEEN.matcher(seen).results().toList()) {
                all.add(new Seen(number(one, 1), number(one, 2), number(one, 3), number(one, 4), number(one, 5)));
            }
            if (all.size() != pictures.size()) {
                throw new IOException("the browser saw " + all.size() + " of " + pictures.size() + ": " + seen);
            }
            return all;
        } finally {
            browser.destroy();
            boolean _ = browser.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static int number(MatchResult result, int group) {
        return Integer.parseInt(result.group(group));
    }
}
