// The only C++ of the product. See systemc.h for what it promises.
#include "models/sim/systemc.h"

#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <systemc>

// libsystemc's own main() refers to it; this program has a main of its own.
int sc_main(int, char **);
int sc_main(int, char **)
{
    return 0;
}

namespace
{

sc_core::sc_time to_systemc(sim_time t)
{
    return sc_core::sc_time::from_value(t);
}

void report_to_stderr(enum sim_sc_severity severity, const char *type, const char *message)
{
    if (severity != SIM_SC_INFO)
        std::fprintf(stderr, "cycle360: SystemC: %s: %s\n", type, message);
}

sim_sc_report_handler *report_handler = report_to_stderr;

void handle_report(const sc_core::sc_report &report, const sc_core::sc_actions &actions)
{
    report_handler(static_cast<sim_sc_severity>(report.get_severity()), report.get_msg_type(), report.get_msg());
    if (actions & sc_core::SC_THROW)
        throw sc_core::sc_report(report);
}

} // namespace

// The real sc_module of one component. It is created twice over: as a plan by sim_sc_module_at(), because SystemC wants
// a child to be constructed while its parent is, and as `live` by sim_sc_elaborate().
struct sim_sc_event {
    std::string name;
    std::unique_ptr<sc_core::sc_event> live;
};

struct sim_sc_module {
    class live_module : public sc_core::sc_module
    {
      public:
        SC_HAS_PROCESS(live_module);
        live_module(sc_core::sc_module_name name, sim_sc_module &plan) : sc_module(name), plan_(plan)
        {
            for (auto &event : plan.events)
                event->live.reset(new sc_core::sc_event(event->name.c_str()));
            for (auto &child : plan.children)
                child.second->live.reset(new live_module(child.first.c_str(), *child.second));
            if (plan.method) {
                SC_METHOD(run);
                sensitive << due_;
                for (auto &event : plan.events)
                    sensitive << *event->live;
            }
        }

      private:
        void run()
        {
            sim_time now = sc_core::sc_time_stamp().value();
            sim_time next = plan_.method(plan_.context, now);
            if (next != SIM_NEVER)
                due_.notify(to_systemc(next - now)); // half the price of next_trigger(), and other events still count
        }

        sc_core::sc_event due_;

        sim_sc_module &plan_;
    };

    std::map<std::string, std::unique_ptr<sim_sc_module>> children;
    std::vector<std::unique_ptr<sim_sc_event>> events;
    sim_sc_method *method = nullptr;
    void *context = nullptr;
    std::unique_ptr<live_module> live;
};

namespace
{

sim_sc_module root; // the module `board`

// What SystemC throws on a run or an elaboration, as an error.
template <typename Action> enum sim_status guarded(struct sim_error *error, const char *what, Action action)
{
    try {
        action();
        return SIM_OK;
    } catch (const sc_core::sc_report &report) {
        return sim_fail(error, SIM_HOST, "SystemC, %s: %s", what, report.what());
    } catch (const std::exception &exception) {
        return sim_fail(error, SIM_HOST, "SystemC, %s: %s", what, exception.what());
    } catch (...) {
        return sim_fail(error, SIM_HOST, "SystemC, %s: an exception of unknown type", what);
    }
}

} // namespace

struct sim_sc_module *sim_sc_module_at(const char *path)
{
    std::string rest = path;
    struct sim_sc_module *module = &root;
    while (!rest.empty()) {
        size_t dot = rest.find('.');
        auto &child = module->children[rest.substr(0, dot)];
        if (!child)
            child.reset(new struct sim_sc_module);
        module = child.get();
        rest = dot == std::string::npos ? "" : rest.substr(dot + 1);
    }
    return module;
}

void sim_sc_module_method(struct sim_sc_module *module, sim_sc_method *method, void *context)
{
    module->method = method;
    module->context = context;
}

struct sim_sc_event *sim_sc_event_new(struct sim_sc_module *module, const char *name)
{
    module->events.emplace_back(new sim_sc_event{name, nullptr});
    return module->events.back().get();
}

enum sim_status sim_sc_elaborate(struct sim_error *error)
{
    if (root.live)
        return sim_fail(error, SIM_HOST, "SystemC elaborates once per process: a second machine needs a child process");
    return guarded(error, "elaboration", [] {
        sc_core::sc_report_handler::set_handler(handle_report);
        sc_core::sc_set_time_resolution(100, sc_core::SC_FS);
        root.live.reset(new sim_sc_module::live_module("board", root));
    });
}

const char *sim_sc_module_name(const struct sim_sc_module *module)
{
    return module->live ? module->live->name() : "";
}

void sim_sc_event_notify(struct sim_sc_event *event, sim_time t)
{
    sim_time now = sc_core::sc_time_stamp().value();
    event->live->notify(to_systemc(t > now ? t - now : 0));
}

void sim_sc_event_cancel(struct sim_sc_event *event)
{
    event->live->cancel();
}

sim_time sim_sc_time(void)
{
    return sc_core::sc_time_stamp().value();
}

sim_time sim_sc_next(void)
{
    if (!sc_core::sc_start_of_simulation_invoked()) // every method has its first run before it
        return sim_sc_time();
    return sc_core::sc_pending_activity() ? sim_time_add(sim_sc_time(), sc_core::sc_time_to_pending_activity().value())
                                          : SIM_NEVER;
}

enum sim_status sim_sc_run(sim_time until, struct sim_error *error)
{
    return guarded(error, "run", [until] {
        sim_time now = sc_core::sc_time_stamp().value();
        if (until > now)
            sc_core::sc_start(to_systemc(until - now), sc_core::SC_RUN_TO_TIME);
    });
}

void sim_sc_pause(void)
{
    sc_core::sc_pause();
}

void sim_sc_on_report(sim_sc_report_handler *handler)
{
    report_handler = handler ? handler : report_to_stderr;
}
