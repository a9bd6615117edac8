// A component's life: made once for its place on the page, updated at every rerun, destroyed with it.

/** @typedef {(name: string, value: unknown) => void} Trigger tells Python a value: `st.session_state[key][name]` */

/**
 * What a component is given at every rerun.
 * @template Data
 * @typedef {{ parentElement: HTMLElement, data: Data, setTriggerValue: Trigger, setStateValue: Trigger }} Call
 */

/**
 * @template Data
 * @typedef {{ update: (call: Call<Data>) => void, destroy: () => void }} Component
 */

/**
 * The function that Streamlit calls at every rerun. Data arrive in a list of one (see component.py).
 * @template Data
 * @param {new (call: Call<Data>) => Component<Data>} Kind
 * @returns {(call: Call<[Data]>) => () => void}
 */
export function component(Kind) {
  /** @type {WeakMap<HTMLElement, Component<Data>>} */
  const living = new WeakMap();
  return ({ data: [data], ...call }) => {
    const one = living.get(call.parentElement) ?? new Kind({ ...call, data });
    living.set(call.parentElement, one);
    one.update({ ...call, data });
    return () => {
      one.destroy();
      living.delete(call.parentElement);
    };
  };
}
