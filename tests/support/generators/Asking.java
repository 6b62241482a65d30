import com.google.gson.Gson;
import java.util.List;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.GapsApi;
import org.openapitools.client.api.RolesApi;
import org.openapitools.client.model.Gaps;
import org.openapitools.client.model.Plan;
import org.openapitools.client.model.RoleTraining;

/** Asks with the client that openapi-generator made; prints what it was answered. */
public class Asking {
    public static void main(String[] told) throws Exception {
        ApiClient client = new ApiClient().setBasePath(told[0]);
        RolesApi roles = new RolesApi(client);
        Gaps gaps = new GapsApi(client).listGaps().limit(3).execute();
        RoleTraining training = roles.trainForRole(told[1]).execute();
        Plan plan = roles.planRole(told[1]).execute();
        System.out.println(
            new Gson()
                .toJson(
                    Map.of(
                        "gaps",
                        List.of(
                            gaps.getTotal(),
                            gaps.getItems().get(0).getCompetency().getName(),
                            gaps.getItems().get(0).getStatus().getValue()),
                        "training",
                        List.of(training.getTotal(), training.getItems().get(0).getTask().getId()),
                        "plan",
                        List.of(
                            plan.getHours(),
                            plan.getSteps().stream().map(step -> step.getTask().getId()).toList()))));
    }
}
