import dev.aloft.image.*;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Renders every picture of a folder with one query into another folder. Arguments: originals, output, query.
final class Rendered {

    public static void main(String[] arguments) throws Exception {
        Path answers = Files.createDirectories(Path.of(arguments[1]));
        RenderRequest request = new RenderRequest(arguments[2], List.of(), Compatibility.STANDARD);
        try (RenderPool renderPool = RenderPool.open(RenderPoolSettings.standard().withThreads(1));
                var originals = Files.newDirectoryStream(Path.of(arguments[0]))) {
            for (Path original : originals) {
                byte[] bytes = Files.readAllBytes(original);
                RenderPool.Picture picture = renderPool.render(
                        original.toString(), () -> new RenderPool.OriginalSource.Opened("v", new ByteArrayInputStream(bytes)), request);
                Files.write(
                        answers.resolve(original.getFileName()), picture.outcome().orThrow().bytes());
            }
        }
    }
}
