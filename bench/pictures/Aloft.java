import dev.aloft.image.*;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// The same with a render pool: server and worker together, on one thread. Arguments: original, queries (several by
/// spaces are asked at once), formats offered (or -), repetitions, a libvips (or -), MB/s at which the original comes
/// (0: at once). Prints CPU and wall milliseconds, bytes of the answer, and the worker's largest size in MiB.
final class Aloft {

    /// Both processes compile what they run often; a server that has run for a minute has done so.
    private static final int WARM_UP = 120;

    public static void main(String[] arguments) throws Exception {
        byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
        List<RenderRequest> requests = new ArrayList<>();
        for (String query : arguments[1].split(" ")) {
            requests.add(new RenderRequest(query, Format.named(arguments[2]).stream().toList(), Compatibility.STANDARD));
        }
        int count = Integer.parseInt(arguments[3]);
        int rate = Integer.parseInt(arguments[5]);
        RenderPoolSettings settings = RenderPoolSettings.standard().withThreads(1);
        if (!arguments[4].equals("-")) {
            settings = settings.withLibrary(Path.of(arguments[4]));
        }
        try (RenderPool renderPool = RenderPool.open(settings); var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            renderPool.library();
            long begin = 0;
            long wall = 0;
            long length = 0;
            for (int i = -Math.min(WARM_UP, 4 * count); i < count; i++) {
                begin = i == 0 ? cpuMillis() : begin;
                wall = i == 0 ? System.nanoTime() : wall;
                List<Future<RenderPool.Picture>> pictures = new ArrayList<>();
                for (RenderRequest request : requests) {
                    pictures.add(clients.submit(
                            () -> renderPool.render("one", () -> new RenderPool.OriginalSource.Opened("v", at(rate, bytes)), request)));
                }
                for (Future<RenderPool.Picture> picture : pictures) {
                    length = picture.get().outcome().orThrow().bytes().length;
                }
            }
            System.out.printf(
                    "%.1f %.1f %d %d%n",
                    (cpuMillis() - begin) / (double) count,
                    (System.nanoTime() - wall) / 1e6 / count,
                    length,
                    workerPeakMib());
        }
    }

    private static InputStream at(int megabytesPerSecond, byte[] bytes) {
        long begin = System.nanoTime();
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                if (megabytesPerSecond > 0) {
                    long due = begin + (long) (Math.min(bytes.length, pos + 65536L) * 1000 / megabytesPerSecond);
                    while (System.nanoTime() < due) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                }
                return super.read(target, offset, Math.min(length, 65536));
            }
        };
    }

    private static long cpuMillis() {
        var own = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long worker = ProcessHandle.current().children()
                .mapToLong(c -> c.info().totalCpuDuration().orElseThrow().toMillis()).sum();
        return own.getProcessCpuTime() / 1_000_000 + worker;
    }

    private static long workerPeakMib() throws Exception {
        long pid = ProcessHandle.current().children().findFirst().orElseThrow().pid();
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .findFirst()
                .orElseThrow();
    }
}
