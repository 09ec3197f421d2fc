import dev.aloft.image.*;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The same with a workshop: server and worker together, on one thread. Arguments: original, queries (several by spaces
/// are asked at once), formats offered (or -), repetitions, a libvips (or -).
final class Aloft {
    public static void main(String[] arguments) throws Exception {
        byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
        List<Order> orders = new ArrayList<>();
        for (String query : arguments[1].split(" ")) {
            orders.add(new Order(query, Format.named(arguments[2]).stream().toList(), Compatibility.BETTER));
        }
        int count = Integer.parseInt(arguments[3]);
        WorkshopSettings settings = WorkshopSettings.standard().withThreads(1);
        if (!arguments[4].equals("-")) {
            settings = settings.withLibrary(Path.of(arguments[4]));
        }
        try (Workshop workshop = Workshop.open(settings); var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            workshop.library();
            long begin = 0;
            long length = 0;
            for (int i = -10; i < count; i++) {
                begin = i == 0 ? cpuMillis() : begin;
                List<Future<Workshop.Picture>> pictures = new ArrayList<>();
                for (Order order : orders) {
                    pictures.add(clients.submit(() -> workshop.render("one",
                            () -> new Originals.Opened("v", new ByteArrayInputStream(bytes)), order)));
                }
                for (Future<Workshop.Picture> picture : pictures) {
                    length = picture.get().outcome().orThrow().bytes().length;
                }
            }
            System.out.printf("%.1f %d%n", (cpuMillis() - begin) / (double) count, length);
        }
    }

    private static long cpuMillis() {
        var own = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long worker = ProcessHandle.current().children()
                .mapToLong(c -> c.info().totalCpuDuration().orElseThrow().toMillis()).sum();
        return own.getProcessCpuTime() / 1_000_000 + worker;
    }
}
